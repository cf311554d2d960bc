"""What practitioners record about a child beside the extracts: added to, never changed; their judgement ranks first."""
