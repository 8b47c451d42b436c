"""Fields to values: engines that read page models, normalisers, evidence, confidence, evaluation."""
