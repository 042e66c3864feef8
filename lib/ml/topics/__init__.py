"""From points to topics: clustering, hierarchy, noise, growth, and which topic is which from run to run."""
