"""Where facts come from. Foreign objects end here: what leaves these modules are our records."""
