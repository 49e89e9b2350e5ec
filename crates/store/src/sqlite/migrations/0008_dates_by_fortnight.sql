-- The dates of the articles that come are spread over years, so an index in their exact order is
-- written at as many places as there are dates: most of what a large store wrote. By the fortnight
-- of their begin, and within it by article, they are added at the ends of a few hundred lists.
DROP INDEX dates_by_begin;
CREATE INDEX dates_by_fortnight ON dates (begin_at / 1209600);
