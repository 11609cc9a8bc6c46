"""The service: pages, the JSON interface, streams, and the worker processes behind them."""
