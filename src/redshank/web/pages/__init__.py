"""What people open. Every query goes through ``visible_to(user, purpose)``; a static test holds that."""
