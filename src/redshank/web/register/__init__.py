"""What keeps the register of flags honest: the blind audit of a sample, the differences to the record system's own flags,
what is to be looked at again, closed crimes that now meet the definition, and the texts that a decision asks for elsewhere."""
