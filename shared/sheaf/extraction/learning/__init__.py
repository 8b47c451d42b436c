"""Learning from corrected documents: labels of a job's own papers, and a small ranker over the features of candidates.

``training`` makes a :class:`~sheaf.extraction.learning.learned.Learned` from examples and accepts of it, field by field, what reads
documents better that it was not made from; ``labels`` finds what stands beside right values, ``trees`` are the ranker. Nothing but numpy.
"""
