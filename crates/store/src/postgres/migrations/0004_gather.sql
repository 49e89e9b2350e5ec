-- What is written gathers in front of the word index until it is sorted in. Most of a write's
-- time goes into that, and most of this into terms that few of the gathered articles have:
-- with 16 MiB in place of 4 a store of 200,000 articles took twice as many a second. A search
-- looks through what is gathered, some 1,200 articles at most.
ALTER INDEX articles_by_word SET (gin_pending_list_limit = 16384);
