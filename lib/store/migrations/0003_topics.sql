-- Topics that keep their identity, at several levels; what the user made of them; and a map that can be put back.

ALTER TABLE map_points ADD COLUMN found INTEGER[];             -- the topic at each level, from broad to fine, as it was found
UPDATE map_points SET found = [topic];
ALTER TABLE map_points ADD COLUMN joined INTEGER DEFAULT -1;   -- the topic of the user's that it joins without having been put there
ALTER TABLE map_points ADD COLUMN fresh BOOLEAN DEFAULT FALSE; -- placed by the last run that placed any

-- The topics that the user named, merged, split or made: never thrown away. `named` says that the name is the user's too.
CREATE TABLE my_topics (topic INTEGER NOT NULL, name VARCHAR NOT NULL, named BOOLEAN NOT NULL, video_ids VARCHAR[] NOT NULL);
-- What was done to them, with the table as it was before each act.
CREATE TABLE topic_acts (act INTEGER NOT NULL, said VARCHAR NOT NULL, before VARCHAR NOT NULL);
-- The map before it was redrawn.
CREATE TABLE earlier_map (video_id VARCHAR NOT NULL, x FLOAT NOT NULL, y FLOAT NOT NULL, reduced FLOAT[] NOT NULL);

-- The topics as they are shown: the name the user gave before the one that was found, and the size at the level that is shown.
CREATE VIEW shown_topics AS
    SELECT m.topic, coalesce(mine.name, t.name, '') AS name, coalesce(t.words, []) AS words, m.size
    FROM (SELECT topic, count(*)::INTEGER AS size FROM map_points GROUP BY topic) m
    LEFT JOIN topics t USING (topic) LEFT JOIN my_topics mine USING (topic);
