"""What staff do: personal advisers, duty workers, managers. Every command and press says which action it is."""
