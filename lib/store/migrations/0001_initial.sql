-- Times are UTC without a zone. Tables have no keys where rows are replaced in bulk; the catalogue replaces whole playlists.

-- What YouTube showed: base.
CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE playlists (
    playlist_id VARCHAR NOT NULL, title VARCHAR NOT NULL, description VARCHAR NOT NULL, privacy VARCHAR NOT NULL,
    writable BOOLEAN NOT NULL, rank INTEGER NOT NULL, etag VARCHAR NOT NULL, item_count INTEGER, read_at TIMESTAMP
);
CREATE TABLE items (
    item_id VARCHAR NOT NULL, playlist_id VARCHAR NOT NULL, video_id VARCHAR NOT NULL, position INTEGER NOT NULL,
    added_at TIMESTAMP, note VARCHAR NOT NULL
);
CREATE TABLE videos (
    video_id VARCHAR PRIMARY KEY, title VARCHAR NOT NULL, description VARCHAR NOT NULL, channel_id VARCHAR NOT NULL,
    channel_title VARCHAR NOT NULL, tags VARCHAR[] NOT NULL, published_at TIMESTAMP, duration_seconds INTEGER,
    availability VARCHAR NOT NULL, fetched_at TIMESTAMP
);
CREATE TABLE listing_pages (playlist_id VARCHAR NOT NULL, token VARCHAR NOT NULL, etag VARCHAR NOT NULL, body VARCHAR NOT NULL);
CREATE TABLE held_back (playlist_id VARCHAR NOT NULL, reason VARCHAR NOT NULL, held_at TIMESTAMP NOT NULL);

-- What the user decided: never thrown away.
CREATE TABLE roles (playlist_id VARCHAR PRIMARY KEY, role VARCHAR NOT NULL);
CREATE SEQUENCE edit_ids;
CREATE TABLE edits (
    edit_id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, state VARCHAR NOT NULL, kind VARCHAR NOT NULL, made_at TIMESTAMP NOT NULL,
    video_id VARCHAR, item_id VARCHAR, from_playlist VARCHAR, to_playlist VARCHAR, after_item VARCHAR, title VARCHAR,
    wished_order VARCHAR[] NOT NULL, seen VARCHAR[] NOT NULL, copies INTEGER NOT NULL, decided_by VARCHAR NOT NULL, starred BOOLEAN NOT NULL
);
CREATE TABLE decisions (
    video_id VARCHAR NOT NULL, playlist_id VARCHAR NOT NULL, verdict VARCHAR NOT NULL, decided_at TIMESTAMP NOT NULL
);

-- What was written to YouTube.
CREATE SEQUENCE push_ids;
CREATE TABLE pushes (
    push_id INTEGER PRIMARY KEY, plan_id VARCHAR NOT NULL, state VARCHAR NOT NULL, started_at TIMESTAMP NOT NULL, ended_at TIMESTAMP
);
CREATE TABLE operations (
    push_id INTEGER NOT NULL, op_id INTEGER NOT NULL, kind VARCHAR NOT NULL, state VARCHAR NOT NULL, playlist_id VARCHAR NOT NULL,
    video_id VARCHAR, item_id VARCHAR, after_item VARCHAR, title VARCHAR, needs INTEGER, starred BOOLEAN NOT NULL, units INTEGER NOT NULL,
    before VARCHAR NOT NULL, fence VARCHAR[] NOT NULL, attempts INTEGER NOT NULL, sent_at TIMESTAMP, done_at TIMESTAMP, result_id VARCHAR UNIQUE,
    error VARCHAR NOT NULL, PRIMARY KEY (push_id, op_id)
);
CREATE TABLE spent (day DATE NOT NULL, booked_at TIMESTAMP NOT NULL, method VARCHAR NOT NULL, units INTEGER NOT NULL);
CREATE TABLE exhausted (day DATE PRIMARY KEY);

-- What we derived: can be made again.
CREATE TABLE map_points (video_id VARCHAR NOT NULL, x FLOAT NOT NULL, y FLOAT NOT NULL, reduced FLOAT[] NOT NULL, topic INTEGER NOT NULL);
CREATE TABLE topics (topic INTEGER NOT NULL, name VARCHAR NOT NULL, words VARCHAR[] NOT NULL, size INTEGER NOT NULL);
CREATE TABLE suggestions (
    rank INTEGER NOT NULL, video_id VARCHAR NOT NULL, from_playlists VARCHAR[] NOT NULL, to_playlist VARCHAR NOT NULL, confidence DOUBLE NOT NULL,
    sure BOOLEAN NOT NULL, why VARCHAR NOT NULL, misfit BOOLEAN NOT NULL, alternatives VARCHAR[] NOT NULL
);
