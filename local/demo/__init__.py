"""Terminal commands of the local backend's demo users."""
