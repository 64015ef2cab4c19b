"""Terminal commands of the local AWS's demo users."""
