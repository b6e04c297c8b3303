-- Row numbers of deleted documents are not assigned again: the tables of documents, which are made from their
-- descriptions, are rebuilt. Ids with a fixed number, such as variableset-Projects-1, no longer have a sequence.
delete from sequence where prefix like '%-%';
