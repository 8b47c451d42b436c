"""Reading with a language model: what it is asked, how its answers are grounded on the page, and how they meet what rules have read."""
