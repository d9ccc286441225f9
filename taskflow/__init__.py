"""taskflow: the accountability engine of a county (督查督办)."""
