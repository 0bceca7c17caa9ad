CREATE TABLE alert (
	id BIGSERIAL NOT NULL,
	key TEXT NOT NULL,
	topic TEXT NOT NULL,
	subject TEXT NOT NULL,
	facts TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_alert PRIMARY KEY (id),
	CONSTRAINT uq_alert_key UNIQUE (key)
);

CREATE TABLE audit (
	id BIGSERIAL NOT NULL,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	source TEXT NOT NULL,
	act TEXT NOT NULL,
	object TEXT NOT NULL,
	detail TEXT NOT NULL,
	CONSTRAINT pk_audit PRIMARY KEY (id)
);

CREATE TABLE button_press (
	nonce TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_button_press PRIMARY KEY (nonce)
);

CREATE TABLE chat (
	id BIGSERIAL NOT NULL,
	platform TEXT NOT NULL,
	chat TEXT NOT NULL,
	kind TEXT NOT NULL,
	title TEXT DEFAULT '' NOT NULL,
	lang TEXT DEFAULT '' NOT NULL,
	state TEXT NOT NULL,
	bound_by BIGINT,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_chat PRIMARY KEY (id),
	CONSTRAINT uq_chat_platform_chat UNIQUE (platform, chat)
);

CREATE TABLE command (
	key TEXT NOT NULL,
	answer TEXT,
	at BIGINT NOT NULL,
	CONSTRAINT pk_command PRIMARY KEY (key)
);

CREATE TABLE exception (
	id BIGSERIAL NOT NULL,
	code TEXT NOT NULL,
	subject TEXT NOT NULL,
	order_id BIGINT,
	state TEXT NOT NULL,
	open BIGINT DEFAULT '1' NOT NULL,
	block TEXT DEFAULT '' NOT NULL,
	priority TEXT NOT NULL,
	note TEXT DEFAULT '' NOT NULL,
	photo TEXT DEFAULT '' NOT NULL,
	opened_by TEXT NOT NULL,
	owner_id BIGINT,
	due_at BIGINT,
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	count BIGINT DEFAULT '1' NOT NULL,
	resolution TEXT DEFAULT '' NOT NULL,
	resolved_by TEXT,
	resolved_at BIGINT,
	version BIGINT DEFAULT '1' NOT NULL,
	CONSTRAINT pk_exception PRIMARY KEY (id)
);

CREATE INDEX ix_exception_order_id ON exception (order_id);

CREATE UNIQUE INDEX uq_exception_open ON exception (code, subject) WHERE open = 1;

CREATE TABLE file_seen (
	id BIGSERIAL NOT NULL,
	channel TEXT NOT NULL,
	digest TEXT NOT NULL,
	name TEXT NOT NULL,
	tally TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_file_seen PRIMARY KEY (id),
	CONSTRAINT uq_file_seen_channel_digest UNIQUE (channel, digest)
);

CREATE TABLE inbox (
	id BIGSERIAL NOT NULL,
	key TEXT NOT NULL,
	lane TEXT NOT NULL,
	raw TEXT NOT NULL,
	received_at BIGINT NOT NULL,
	done_at BIGINT,
	outcome TEXT,
	attempts BIGINT DEFAULT '0' NOT NULL,
	CONSTRAINT pk_inbox PRIMARY KEY (id),
	CONSTRAINT uq_inbox_key UNIQUE (key)
);

CREATE INDEX ix_inbox_open ON inbox (id) WHERE done_at IS NULL;

CREATE TABLE invite (
	id BIGSERIAL NOT NULL,
	code_hash TEXT NOT NULL,
	role TEXT NOT NULL,
	expires_at BIGINT NOT NULL,
	made_by BIGINT,
	used_by BIGINT,
	used_at BIGINT,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_invite PRIMARY KEY (id),
	CONSTRAINT uq_invite_code_hash UNIQUE (code_hash)
);

CREATE TABLE job_slot (
	job TEXT NOT NULL,
	slot BIGINT NOT NULL,
	state TEXT NOT NULL,
	claimed_by TEXT NOT NULL,
	lease_until BIGINT NOT NULL,
	done_at BIGINT,
	late BIGINT DEFAULT '0' NOT NULL,
	CONSTRAINT pk_job_slot PRIMARY KEY (job, slot)
);

CREATE TABLE lease (
	name TEXT NOT NULL,
	holder TEXT NOT NULL,
	until_at BIGINT NOT NULL,
	CONSTRAINT pk_lease PRIMARY KEY (name)
);

CREATE TABLE message_ref (
	name TEXT NOT NULL,
	platform TEXT NOT NULL,
	chat TEXT NOT NULL,
	thread TEXT NOT NULL,
	message TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	CONSTRAINT pk_message_ref PRIMARY KEY (name)
);

CREATE INDEX ix_message_ref_place ON message_ref (platform, chat, message);

CREATE TABLE outbox (
	id BIGSERIAL NOT NULL,
	key TEXT NOT NULL,
	kind TEXT NOT NULL,
	lane TEXT NOT NULL,
	payload TEXT NOT NULL,
	state TEXT NOT NULL,
	attempts BIGINT DEFAULT '0' NOT NULL,
	lease_until BIGINT,
	outcome TEXT DEFAULT '' NOT NULL,
	created_at BIGINT NOT NULL,
	next_at BIGINT NOT NULL,
	done_at BIGINT,
	CONSTRAINT pk_outbox PRIMARY KEY (id),
	CONSTRAINT uq_outbox_key UNIQUE (key)
);

CREATE INDEX ix_outbox_open ON outbox (next_at) WHERE state IN ('WAITING', 'SENDING');

CREATE TABLE person (
	id BIGSERIAL NOT NULL,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	active BIGINT DEFAULT '1' NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_person PRIMARY KEY (id)
);

CREATE TABLE seal (
	id BIGSERIAL NOT NULL,
	upto_id BIGINT NOT NULL,
	row_count BIGINT NOT NULL,
	digest TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_seal PRIMARY KEY (id)
);

CREATE TABLE search (
	id BIGSERIAL NOT NULL,
	words TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_search PRIMARY KEY (id)
);

CREATE TABLE setting (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	changed_by TEXT,
	updated_at BIGINT NOT NULL,
	CONSTRAINT pk_setting PRIMARY KEY (name)
);

CREATE TABLE shop (
	id BIGSERIAL NOT NULL,
	name TEXT NOT NULL,
	channel TEXT NOT NULL,
	zone TEXT NOT NULL,
	currency TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_shop PRIMARY KEY (id),
	CONSTRAINT uq_shop_name UNIQUE (name)
);

CREATE TABLE sku (
	id BIGSERIAL NOT NULL,
	code TEXT NOT NULL,
	code_key TEXT NOT NULL,
	name TEXT DEFAULT '' NOT NULL,
	pinyin TEXT DEFAULT '' NOT NULL,
	initials TEXT DEFAULT '' NOT NULL,
	image TEXT DEFAULT '' NOT NULL,
	holds_stock BIGINT DEFAULT '1' NOT NULL,
	low_at BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	CONSTRAINT pk_sku PRIMARY KEY (id),
	CONSTRAINT uq_sku_code_key UNIQUE (code_key)
);

CREATE INDEX ix_sku_initials ON sku (initials);

CREATE TABLE warehouse (
	id BIGSERIAL NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_warehouse PRIMARY KEY (id),
	CONSTRAINT uq_warehouse_code UNIQUE (code)
);

CREATE TABLE worker (
	id TEXT NOT NULL,
	host TEXT NOT NULL,
	pid BIGINT NOT NULL,
	started_at BIGINT NOT NULL,
	heartbeat_at BIGINT NOT NULL,
	CONSTRAINT pk_worker PRIMARY KEY (id)
);

CREATE TABLE bundle_part (
	bundle_id BIGINT NOT NULL,
	part_id BIGINT NOT NULL,
	pieces BIGINT NOT NULL,
	CONSTRAINT pk_bundle_part PRIMARY KEY (bundle_id, part_id),
	CONSTRAINT ck_bundle_part_pieces CHECK (pieces > 0),
	CONSTRAINT fk_bundle_part_bundle_id FOREIGN KEY(bundle_id) REFERENCES sku (id),
	CONSTRAINT fk_bundle_part_part_id FOREIGN KEY(part_id) REFERENCES sku (id)
);

CREATE TABLE identity (
	id BIGSERIAL NOT NULL,
	platform TEXT NOT NULL,
	account TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_identity PRIMARY KEY (id),
	CONSTRAINT uq_identity_platform_account UNIQUE (platform, account),
	CONSTRAINT fk_identity_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE ledger (
	id BIGSERIAL NOT NULL,
	event TEXT NOT NULL,
	kind TEXT NOT NULL,
	sku_id BIGINT NOT NULL,
	warehouse_id BIGINT NOT NULL,
	on_hand BIGINT DEFAULT '0' NOT NULL,
	reserved BIGINT DEFAULT '0' NOT NULL,
	quarantined BIGINT DEFAULT '0' NOT NULL,
	allocation_id BIGINT,
	reason TEXT DEFAULT '' NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_ledger PRIMARY KEY (id),
	CONSTRAINT uq_ledger_event UNIQUE (event),
	CONSTRAINT fk_ledger_sku_id FOREIGN KEY(sku_id) REFERENCES sku (id),
	CONSTRAINT fk_ledger_warehouse_id FOREIGN KEY(warehouse_id) REFERENCES warehouse (id)
);

CREATE INDEX ix_ledger_sku_id_warehouse_id_at ON ledger (sku_id, warehouse_id, at);

CREATE TABLE orders (
	id BIGSERIAL NOT NULL,
	shop_id BIGINT NOT NULL,
	platform_no TEXT NOT NULL,
	digest BYTEA NOT NULL,
	mode TEXT NOT NULL,
	platform_status TEXT NOT NULL,
	refund TEXT NOT NULL,
	stock TEXT NOT NULL,
	fulfilment TEXT NOT NULL,
	callback TEXT NOT NULL,
	lineage TEXT NOT NULL,
	placed_at BIGINT NOT NULL,
	paid_at BIGINT,
	modified_at BIGINT,
	shipped_at BIGINT,
	picked_up_at BIGINT,
	delivered_at BIGINT,
	gmv_fen BIGINT NOT NULL,
	refund_fen BIGINT DEFAULT '0' NOT NULL,
	postage_fen BIGINT DEFAULT '0' NOT NULL,
	units BIGINT NOT NULL,
	counted BIGINT NOT NULL,
	buyer_nick TEXT NOT NULL,
	tail TEXT NOT NULL,
	buyer_note TEXT DEFAULT '' NOT NULL,
	seller_note TEXT DEFAULT '' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	seen_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	CONSTRAINT pk_orders PRIMARY KEY (id),
	CONSTRAINT uq_orders_shop_id_platform_no UNIQUE (shop_id, platform_no),
	CONSTRAINT fk_orders_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
);

CREATE INDEX ix_orders_buyer_nick ON orders (buyer_nick text_pattern_ops, id);

CREATE INDEX ix_orders_gmv_fen ON orders (gmv_fen, id);

CREATE INDEX ix_orders_platform_no ON orders (platform_no text_pattern_ops);

CREATE INDEX ix_orders_shop_id_paid_at ON orders (shop_id, paid_at);

CREATE INDEX ix_orders_tail ON orders (tail text_pattern_ops);

CREATE INDEX ix_orders_to_print ON orders (paid_at) WHERE mode = 'live' AND stock = 'HELD' AND fulfilment < 'P';

CREATE TABLE page_link (
	id BIGSERIAL NOT NULL,
	token_hash TEXT NOT NULL,
	page TEXT NOT NULL,
	subject TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	opened_at BIGINT,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_page_link PRIMARY KEY (id),
	CONSTRAINT uq_page_link_token_hash UNIQUE (token_hash),
	CONSTRAINT fk_page_link_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE quarantine (
	id BIGSERIAL NOT NULL,
	shop_id BIGINT NOT NULL,
	digest BYTEA NOT NULL,
	source TEXT NOT NULL,
	row_no BIGINT NOT NULL,
	field TEXT NOT NULL,
	reason_zh TEXT NOT NULL,
	reason_en TEXT NOT NULL,
	raw TEXT NOT NULL,
	platform_no TEXT NOT NULL,
	at BIGINT NOT NULL,
	resolved TEXT,
	CONSTRAINT pk_quarantine PRIMARY KEY (id),
	CONSTRAINT uq_quarantine_shop_id_digest UNIQUE (shop_id, digest),
	CONSTRAINT fk_quarantine_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
);

CREATE TABLE refund_doc (
	id BIGSERIAL NOT NULL,
	shop_id BIGINT NOT NULL,
	doc_no TEXT NOT NULL,
	digest BYTEA NOT NULL,
	at BIGINT NOT NULL,
	amount_fen BIGINT NOT NULL,
	pieces BIGINT NOT NULL,
	buyer_nick TEXT NOT NULL,
	raw TEXT NOT NULL,
	CONSTRAINT pk_refund_doc PRIMARY KEY (id),
	CONSTRAINT uq_refund_doc_shop_id_doc_no UNIQUE (shop_id, doc_no),
	CONSTRAINT fk_refund_doc_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
);

CREATE INDEX ix_refund_doc_shop_id_at ON refund_doc (shop_id, at);

CREATE TABLE sku_alias (
	id BIGSERIAL NOT NULL,
	shop_id BIGINT NOT NULL,
	outer_key TEXT NOT NULL,
	sku_id BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_sku_alias PRIMARY KEY (id),
	CONSTRAINT uq_sku_alias_shop_id_outer_key UNIQUE (shop_id, outer_key),
	CONSTRAINT fk_sku_alias_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id),
	CONSTRAINT fk_sku_alias_sku_id FOREIGN KEY(sku_id) REFERENCES sku (id)
);

CREATE TABLE stock (
	sku_id BIGINT NOT NULL,
	warehouse_id BIGINT NOT NULL,
	on_hand BIGINT DEFAULT '0' NOT NULL,
	reserved BIGINT DEFAULT '0' NOT NULL,
	quarantined BIGINT DEFAULT '0' NOT NULL,
	CONSTRAINT pk_stock PRIMARY KEY (sku_id, warehouse_id),
	CONSTRAINT ck_stock_never_more_than_there_is CHECK (reserved >= 0 AND quarantined >= 0 AND reserved + quarantined <= on_hand),
	CONSTRAINT fk_stock_sku_id FOREIGN KEY(sku_id) REFERENCES sku (id),
	CONSTRAINT fk_stock_warehouse_id FOREIGN KEY(warehouse_id) REFERENCES warehouse (id)
);

CREATE TABLE subscription (
	id BIGSERIAL NOT NULL,
	chat_id BIGINT NOT NULL,
	topic TEXT NOT NULL,
	filters TEXT DEFAULT '{}' NOT NULL,
	state TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_subscription PRIMARY KEY (id),
	CONSTRAINT uq_subscription_chat_id_topic UNIQUE (chat_id, topic),
	CONSTRAINT fk_subscription_chat_id FOREIGN KEY(chat_id) REFERENCES chat (id)
);

CREATE TABLE write_off (
	id BIGSERIAL NOT NULL,
	shop_id BIGINT NOT NULL,
	doc_no TEXT NOT NULL,
	line_no BIGINT NOT NULL,
	at BIGINT NOT NULL,
	outer_code TEXT NOT NULL,
	pieces BIGINT NOT NULL,
	note TEXT NOT NULL,
	CONSTRAINT pk_write_off PRIMARY KEY (id),
	CONSTRAINT uq_write_off_shop_id_doc_no_line_no UNIQUE (shop_id, doc_no, line_no),
	CONSTRAINT fk_write_off_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
);

CREATE TABLE order_event (
	id BIGSERIAL NOT NULL,
	order_id BIGINT NOT NULL,
	axis TEXT NOT NULL,
	before TEXT NOT NULL,
	after TEXT NOT NULL,
	at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	CONSTRAINT pk_order_event PRIMARY KEY (id),
	CONSTRAINT fk_order_event_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_order_event_order_id ON order_event (order_id);

CREATE INDEX ix_order_event_refunds ON order_event (at) WHERE axis = 'refund' AND after IN ('PARTIAL', 'REFUNDED');

CREATE TABLE order_line (
	id BIGSERIAL NOT NULL,
	order_id BIGINT NOT NULL,
	no BIGINT NOT NULL,
	outer_code TEXT NOT NULL,
	sku_id BIGINT,
	title TEXT NOT NULL,
	pieces BIGINT NOT NULL,
	amount_fen BIGINT NOT NULL,
	closed BIGINT DEFAULT '0' NOT NULL,
	CONSTRAINT pk_order_line PRIMARY KEY (id),
	CONSTRAINT uq_order_line_order_id_no UNIQUE (order_id, no),
	CONSTRAINT fk_order_line_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_order_line_sku_id ON order_line (sku_id, id);

CREATE INDEX ix_order_line_unmapped ON order_line (outer_code) WHERE sku_id IS NULL;

CREATE TABLE order_raw (
	order_id BIGINT NOT NULL,
	raw TEXT NOT NULL,
	CONSTRAINT pk_order_raw PRIMARY KEY (order_id),
	CONSTRAINT fk_order_raw_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE TABLE parcel (
	id BIGSERIAL NOT NULL,
	order_id BIGINT NOT NULL,
	courier TEXT NOT NULL,
	waybill TEXT NOT NULL,
	tail TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_parcel PRIMARY KEY (id),
	CONSTRAINT uq_parcel_order_id_courier_waybill UNIQUE (order_id, courier, waybill),
	CONSTRAINT fk_parcel_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_parcel_tail ON parcel (tail text_pattern_ops);

CREATE INDEX ix_parcel_waybill ON parcel (waybill);

CREATE TABLE receiver (
	order_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	phone TEXT NOT NULL,
	phone_tail TEXT NOT NULL,
	address TEXT NOT NULL,
	CONSTRAINT pk_receiver PRIMARY KEY (order_id),
	CONSTRAINT fk_receiver_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_receiver_phone_tail ON receiver (phone_tail, order_id);

CREATE TABLE allocation (
	id BIGSERIAL NOT NULL,
	order_id BIGINT NOT NULL,
	line_id BIGINT NOT NULL,
	sku_id BIGINT NOT NULL,
	warehouse_id BIGINT NOT NULL,
	wanted BIGINT NOT NULL,
	reserved BIGINT DEFAULT '0' NOT NULL,
	short BIGINT DEFAULT '0' NOT NULL,
	released BIGINT DEFAULT '0' NOT NULL,
	consumed BIGINT DEFAULT '0' NOT NULL,
	paid_at BIGINT NOT NULL,
	version BIGINT DEFAULT '0' NOT NULL,
	CONSTRAINT pk_allocation PRIMARY KEY (id),
	CONSTRAINT uq_allocation_line_id_sku_id_warehouse_id UNIQUE (line_id, sku_id, warehouse_id),
	CONSTRAINT ck_allocation_adds_up CHECK (wanted = reserved + short + released + consumed AND reserved >= 0 AND short >= 0 AND released >= 0 AND consumed >= 0),
	CONSTRAINT fk_allocation_order_id FOREIGN KEY(order_id) REFERENCES orders (id),
	CONSTRAINT fk_allocation_line_id FOREIGN KEY(line_id) REFERENCES order_line (id),
	CONSTRAINT fk_allocation_sku_id FOREIGN KEY(sku_id) REFERENCES sku (id),
	CONSTRAINT fk_allocation_warehouse_id FOREIGN KEY(warehouse_id) REFERENCES warehouse (id)
);

CREATE INDEX ix_allocation_held ON allocation (sku_id, warehouse_id) WHERE reserved > 0;

CREATE INDEX ix_allocation_order_id ON allocation (order_id);

CREATE INDEX ix_allocation_queue ON allocation (sku_id, warehouse_id, paid_at, id) WHERE short > 0;

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON seal
FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger
FOR EACH STATEMENT EXECUTE FUNCTION append_only();

