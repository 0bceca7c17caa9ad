"""A chat client in the browser: plain files, served beside the Bot API, nothing from elsewhere."""
