"""The day as a whole: who is left, its end, its report, and why later numbers went first."""
