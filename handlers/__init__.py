"""What staff can ask for in a chat: Incoming in, Reply out, no platform in sight."""
