"""Who signs in. Roles and what each may do are data (``roles.toml``); an account names one role."""
