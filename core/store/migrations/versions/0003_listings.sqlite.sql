CREATE TABLE listing (
	id INTEGER NOT NULL,
	shop_id INTEGER NOT NULL,
	item TEXT NOT NULL,
	sku TEXT NOT NULL,
	outer_code TEXT DEFAULT '' NOT NULL,
	title TEXT DEFAULT '' NOT NULL,
	sku_id INTEGER,
	on_sale INTEGER DEFAULT '1' NOT NULL,
	displayed_qty INTEGER,
	displayed_at INTEGER,
	seen_at INTEGER NOT NULL,
	desired_qty INTEGER,
	desired_version INTEGER DEFAULT '0' NOT NULL,
	sent_qty INTEGER,
	sent_version INTEGER DEFAULT '0' NOT NULL,
	acked_version INTEGER DEFAULT '0' NOT NULL,
	lease_until INTEGER DEFAULT '0' NOT NULL,
	next_at INTEGER NOT NULL,
	faults INTEGER DEFAULT '0' NOT NULL,
	check_at INTEGER,
	paused_at INTEGER,
	pause_acked INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT pk_listing PRIMARY KEY (id),
	CONSTRAINT uq_listing_shop_id_item_sku UNIQUE (shop_id, item, sku),
	CONSTRAINT ck_listing_acked CHECK (acked_version <= desired_version),
	CONSTRAINT fk_listing_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id),
	CONSTRAINT fk_listing_sku_id FOREIGN KEY(sku_id) REFERENCES sku (id)
)
 STRICT;

CREATE INDEX ix_listing_sku_id ON listing (sku_id);

CREATE INDEX ix_listing_waiting ON listing (shop_id) WHERE acked_version < desired_version;

CREATE INDEX ix_orders_to_tell ON orders (shop_id, id) WHERE callback IN ('QUEUED', 'IN_DOUBT');

