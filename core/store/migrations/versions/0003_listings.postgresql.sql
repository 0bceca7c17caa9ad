CREATE TABLE listing (
	id BIGSERIAL NOT NULL,
	shop_id BIGINT NOT NULL,
	item TEXT NOT NULL,
	sku TEXT NOT NULL,
	outer_code TEXT DEFAULT '' NOT NULL,
	title TEXT DEFAULT '' NOT NULL,
	sku_id BIGINT,
	on_sale BIGINT DEFAULT '1' NOT NULL,
	displayed_qty BIGINT,
	displayed_at BIGINT,
	seen_at BIGINT NOT NULL,
	desired_qty BIGINT,
	desired_version BIGINT DEFAULT '0' NOT NULL,
	sent_qty BIGINT,
	sent_version BIGINT DEFAULT '0' NOT NULL,
	acked_version BIGINT DEFAULT '0' NOT NULL,
	lease_until BIGINT DEFAULT '0' NOT NULL,
	next_at BIGINT NOT NULL,
	faults BIGINT DEFAULT '0' NOT NULL,
	check_at BIGINT,
	paused_at BIGINT,
	pause_acked BIGINT DEFAULT '0' NOT NULL,
	CONSTRAINT pk_listing PRIMARY KEY (id),
	CONSTRAINT uq_listing_shop_id_item_sku UNIQUE (shop_id, item, sku),
	CONSTRAINT ck_listing_acked CHECK (acked_version <= desired_version),
	CONSTRAINT fk_listing_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id),
	CONSTRAINT fk_listing_sku_id FOREIGN KEY(sku_id) REFERENCES sku (id)
);

CREATE INDEX ix_listing_sku_id ON listing (sku_id);

CREATE INDEX ix_listing_waiting ON listing (shop_id) WHERE acked_version < desired_version;

CREATE INDEX ix_orders_to_tell ON orders (shop_id, id) WHERE callback IN ('QUEUED', 'IN_DOUBT');

