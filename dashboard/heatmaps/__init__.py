"""Heatmaps as people see them: the list of pages (`page_list`), a page's map with its panel (`chosen`, `panel`)."""
