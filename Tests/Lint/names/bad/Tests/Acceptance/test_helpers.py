# Helps whom?
