-- The payload of an attempt was never written.
alter table attempt drop column payload;
