"""Fetching what recorded pages show, at record time: beside the worker, in threads of its own, so that a slow site
holds up no batch. `Fetcher` is what the worker starts; `public` says which addresses may be asked at all."""
