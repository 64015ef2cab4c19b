"""What operators and the workflows run: bootstrap, plan review, promotion, drift."""
