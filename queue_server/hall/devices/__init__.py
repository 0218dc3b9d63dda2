"""The devices of a site as staff see them: printers, call buttons, agents, ticket machines."""
