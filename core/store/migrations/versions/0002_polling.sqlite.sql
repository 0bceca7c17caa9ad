CREATE TABLE poll_cursor (
	shop_id INTEGER NOT NULL,
	lane TEXT NOT NULL,
	since_at INTEGER NOT NULL,
	until_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	CONSTRAINT pk_poll_cursor PRIMARY KEY (shop_id, lane),
	CONSTRAINT fk_poll_cursor_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
)
 STRICT;

CREATE TABLE poll_window (
	id INTEGER NOT NULL,
	shop_id INTEGER NOT NULL,
	lane TEXT NOT NULL,
	since_at INTEGER NOT NULL,
	until_at INTEGER NOT NULL,
	pages INTEGER NOT NULL,
	stored INTEGER DEFAULT '0' NOT NULL,
	seen INTEGER DEFAULT '0' NOT NULL,
	begun_at INTEGER NOT NULL,
	done_at INTEGER,
	CONSTRAINT pk_poll_window PRIMARY KEY (id),
	CONSTRAINT fk_poll_window_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
)
 STRICT;

CREATE INDEX ix_poll_window_tiles ON poll_window (shop_id, lane, until_at);

ALTER TABLE receiver ADD COLUMN oaid TEXT DEFAULT '' NOT NULL;

