"""The service: rules, memory and sending."""
