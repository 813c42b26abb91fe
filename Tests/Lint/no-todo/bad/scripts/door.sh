# HACK around the hinge
