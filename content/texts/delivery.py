"""What stands under a message that had to be sent a second time."""

AGAIN = "(You may have seen this already.)"
PAGE_AGAIN = "(again)"
