"""Privacy: data export and account deletion, in steps that can be interrupted and resumed."""
