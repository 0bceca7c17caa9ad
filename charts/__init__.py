"""What a figure looks like on a phone: values in, PNG bytes out."""
