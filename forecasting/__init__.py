"""How busy it will be: history, features, models, the public calendar and live wait estimates."""
