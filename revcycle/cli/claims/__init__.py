"""Claims and the coverage behind them, at the terminal."""
