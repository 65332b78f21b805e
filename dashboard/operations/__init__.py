"""Operations' parts: stores, streams, refusals and dead letters."""
