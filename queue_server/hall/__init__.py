"""The hall's own pages and routes: public, kiosk, reception, counter, and the day's opening and closing."""
