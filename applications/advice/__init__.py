"""Where the supply company asks a bureau about a draft line, and takes the question back."""
