CREATE TABLE poll_cursor (
	shop_id BIGINT NOT NULL,
	lane TEXT NOT NULL,
	since_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	CONSTRAINT pk_poll_cursor PRIMARY KEY (shop_id, lane),
	CONSTRAINT fk_poll_cursor_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
);

CREATE TABLE poll_window (
	id BIGSERIAL NOT NULL,
	shop_id BIGINT NOT NULL,
	lane TEXT NOT NULL,
	since_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	pages BIGINT NOT NULL,
	stored BIGINT DEFAULT '0' NOT NULL,
	seen BIGINT DEFAULT '0' NOT NULL,
	begun_at BIGINT NOT NULL,
	done_at BIGINT,
	CONSTRAINT pk_poll_window PRIMARY KEY (id),
	CONSTRAINT fk_poll_window_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
);

CREATE INDEX ix_poll_window_tiles ON poll_window (shop_id, lane, until_at);

ALTER TABLE receiver ADD COLUMN oaid TEXT DEFAULT '' NOT NULL;

