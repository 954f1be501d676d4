"""The watch language: text to tree, tree to text, and trees asked of items."""
