"""What is known of the world: declared papers, the one clock, Vietnamese folding. Imports nothing of ours."""
