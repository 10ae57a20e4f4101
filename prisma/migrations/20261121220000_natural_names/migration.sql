-- Orders names as people read them: host-9 before host-10, whatever the case. Only queries use it, no index does, so that
-- another version of ICU below the server needs nothing done.
CREATE COLLATION natural_name (provider = icu, locale = 'und-u-kn-true');
