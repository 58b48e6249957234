"""Every verdict with all it rests on: the sentence of the law, the inputs, the check, the persons who concluded."""
