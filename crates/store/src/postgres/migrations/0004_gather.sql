-- What is written gathers in front of the word index until it is sorted in. Most of a write's
-- time goes into that, and most of this into terms that few of the gathered articles have:
-- with 16 MiB in place of 4 a store of 200,000 articles took twice as many a second. But each
-- search looks through what is gathered, which at 16 MiB took it 20 to 30 milliseconds on a
-- busy machine. Half of that is some 600 articles at most.
ALTER INDEX articles_by_word SET (gin_pending_list_limit = 8192);
