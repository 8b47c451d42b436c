"""Text recognition: from a picture of a page to words with boxes and confidence.

``lines`` finds where lines of text stand, ``spelling`` reads each, ``levelling`` tells how the page lies, ``recogniser`` puts them
together, and ``pages`` completes a document whose pages are pictures. Everything heavy is loaded when the first picture is read; without
the extra ``sheaf[ocr]`` nothing here can be, and documents say so.
"""
