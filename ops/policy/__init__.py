"""Policy checks of synthesized stacks, modules and plans: the project's rules, Checkov's rules, and waivers."""
