"""What the commands of `zhanggui` do, one file per group."""
