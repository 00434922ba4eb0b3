"""What we know and what we say: the Local Offer, the sentences, the safety cards."""
