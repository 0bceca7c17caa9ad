CREATE TABLE alert (
	id INTEGER NOT NULL,
	"key" TEXT NOT NULL,
	topic TEXT NOT NULL,
	subject TEXT NOT NULL,
	facts TEXT NOT NULL,
	at INTEGER NOT NULL,
	CONSTRAINT pk_alert PRIMARY KEY (id),
	CONSTRAINT uq_alert_key UNIQUE ("key")
)
 STRICT;

CREATE TABLE audit (
	id INTEGER NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	source TEXT NOT NULL,
	act TEXT NOT NULL,
	object TEXT NOT NULL,
	detail TEXT NOT NULL,
	CONSTRAINT pk_audit PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE button_press (
	nonce TEXT NOT NULL,
	person_id INTEGER NOT NULL,
	at INTEGER NOT NULL,
	CONSTRAINT pk_button_press PRIMARY KEY (nonce)
)
 STRICT;

CREATE TABLE chat (
	id INTEGER NOT NULL,
	platform TEXT NOT NULL,
	chat TEXT NOT NULL,
	kind TEXT NOT NULL,
	title TEXT DEFAULT '' NOT NULL,
	lang TEXT DEFAULT '' NOT NULL,
	state TEXT NOT NULL,
	bound_by INTEGER,
	created_at INTEGER NOT NULL,
	CONSTRAINT pk_chat PRIMARY KEY (id),
	CONSTRAINT uq_chat_platform_chat UNIQUE (platform, chat)
)
 STRICT;

CREATE TABLE command (
	"key" TEXT NOT NULL,
	answer TEXT,
	at INTEGER NOT NULL,
	CONSTRAINT pk_command PRIMARY KEY ("key")
)
 STRICT;

CREATE TABLE exception (
	id INTEGER NOT NULL,
	code TEXT NOT NULL,
	subject TEXT NOT NULL,
	order_id INTEGER,
	state TEXT NOT NULL,
	open INTEGER DEFAULT '1' NOT NULL,
	block TEXT DEFAULT '' NOT NULL,
	priority TEXT NOT NULL,
	note TEXT DEFAULT '' NOT NULL,
	photo TEXT DEFAULT '' NOT NULL,
	opened_by TEXT NOT NULL,
	owner_id INTEGER,
	due_at INTEGER,
	first_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	count INTEGER DEFAULT '1' NOT NULL,
	resolution TEXT DEFAULT '' NOT NULL,
	resolved_by TEXT,
	resolved_at INTEGER,
	version INTEGER DEFAULT '1' NOT NULL,
	CONSTRAINT pk_exception PRIMARY KEY (id)
)
 STRICT;

CREATE INDEX ix_exception_order_id ON exception (order_id);

CREATE UNIQUE INDEX uq_exception_open ON exception (code, subject) WHERE open = 1;

CREATE TABLE file_seen (
	id INTEGER NOT NULL,
	channel TEXT NOT NULL,
	digest TEXT NOT NULL,
	name TEXT NOT NULL,
	tally TEXT NOT NULL,
	at INTEGER NOT NULL,
	CONSTRAINT pk_file_seen PRIMARY KEY (id),
	CONSTRAINT uq_file_seen_channel_digest UNIQUE (channel, digest)
)
 STRICT;

CREATE TABLE inbox (
	id INTEGER NOT NULL,
	"key" TEXT NOT NULL,
	lane TEXT NOT NULL,
	raw TEXT NOT NULL,
	received_at INTEGER NOT NULL,
	done_at INTEGER,
	outcome TEXT,
	attempts INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT pk_inbox PRIMARY KEY (id),
	CONSTRAINT uq_inbox_key UNIQUE ("key")
)
 STRICT;

CREATE INDEX ix_inbox_open ON inbox (id) WHERE done_at IS NULL;

CREATE TABLE invite (
	id INTEGER NOT NULL,
	code_hash TEXT NOT NULL,
	role TEXT NOT NULL,
	expires_at INTEGER NOT NULL,
	made_by INTEGER,
	used_by INTEGER,
	used_at INTEGER,
	created_at INTEGER NOT NULL,
	CONSTRAINT pk_invite PRIMARY KEY (id),
	CONSTRAINT uq_invite_code_hash UNIQUE (code_hash)
)
 STRICT;

CREATE TABLE job_slot (
	job TEXT NOT NULL,
	slot INTEGER NOT NULL,
	state TEXT NOT NULL,
	claimed_by TEXT NOT NULL,
	lease_until INTEGER NOT NULL,
	done_at INTEGER,
	late INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT pk_job_slot PRIMARY KEY (job, slot)
)
 STRICT;

CREATE TABLE lease (
	name TEXT NOT NULL,
	holder TEXT NOT NULL,
	until_at INTEGER NOT NULL,
	CONSTRAINT pk_lease PRIMARY KEY (name)
)
 STRICT;

CREATE TABLE message_ref (
	name TEXT NOT NULL,
	platform TEXT NOT NULL,
	chat TEXT NOT NULL,
	thread TEXT NOT NULL,
	message TEXT NOT NULL,
	updated_at INTEGER NOT NULL,
	CONSTRAINT pk_message_ref PRIMARY KEY (name)
)
 STRICT;

CREATE INDEX ix_message_ref_place ON message_ref (platform, chat, message);

CREATE TABLE outbox (
	id INTEGER NOT NULL,
	"key" TEXT NOT NULL,
	kind TEXT NOT NULL,
	lane TEXT NOT NULL,
	payload TEXT NOT NULL,
	state TEXT NOT NULL,
	attempts INTEGER DEFAULT '0' NOT NULL,
	lease_until INTEGER,
	outcome TEXT DEFAULT '' NOT NULL,
	created_at INTEGER NOT NULL,
	next_at INTEGER NOT NULL,
	done_at INTEGER,
	CONSTRAINT pk_outbox PRIMARY KEY (id),
	CONSTRAINT uq_outbox_key UNIQUE ("key")
)
 STRICT;

CREATE INDEX ix_outbox_open ON outbox (next_at) WHERE state IN ('WAITING', 'SENDING');

CREATE TABLE person (
	id INTEGER NOT NULL,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	active INTEGER DEFAULT '1' NOT NULL,
	created_at INTEGER NOT NULL,
	CONSTRAINT pk_person PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE seal (
	id INTEGER NOT NULL,
	upto_id INTEGER NOT NULL,
	row_count INTEGER NOT NULL,
	digest TEXT NOT NULL,
	at INTEGER NOT NULL,
	CONSTRAINT pk_seal PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE search (
	id INTEGER NOT NULL,
	words TEXT NOT NULL,
	person_id INTEGER NOT NULL,
	at INTEGER NOT NULL,
	CONSTRAINT pk_search PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE setting (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	changed_by TEXT,
	updated_at INTEGER NOT NULL,
	CONSTRAINT pk_setting PRIMARY KEY (name)
)
 STRICT;

CREATE TABLE shop (
	id INTEGER NOT NULL,
	name TEXT NOT NULL,
	channel TEXT NOT NULL,
	zone TEXT NOT NULL,
	currency TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	CONSTRAINT pk_shop PRIMARY KEY (id),
	CONSTRAINT uq_shop_name UNIQUE (name)
)
 STRICT;

CREATE TABLE sku (
	id INTEGER NOT NULL,
	code TEXT NOT NULL,
	code_key TEXT NOT NULL,
	name TEXT DEFAULT '' NOT NULL,
	pinyin TEXT DEFAULT '' NOT NULL,
	initials TEXT DEFAULT '' NOT NULL,
	image TEXT DEFAULT '' NOT NULL,
	holds_stock INTEGER DEFAULT '1' NOT NULL,
	low_at INTEGER,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	CONSTRAINT pk_sku PRIMARY KEY (id),
	CONSTRAINT uq_sku_code_key UNIQUE (code_key)
)
 STRICT;

CREATE INDEX ix_sku_initials ON sku (initials);

CREATE TABLE warehouse (
	id INTEGER NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	CONSTRAINT pk_warehouse PRIMARY KEY (id),
	CONSTRAINT uq_warehouse_code UNIQUE (code)
)
 STRICT;

CREATE TABLE worker (
	id TEXT NOT NULL,
	host TEXT NOT NULL,
	pid INTEGER NOT NULL,
	started_at INTEGER NOT NULL,
	heartbeat_at INTEGER NOT NULL,
	CONSTRAINT pk_worker PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE bundle_part (
	bundle_id INTEGER NOT NULL,
	part_id INTEGER NOT NULL,
	pieces INTEGER NOT NULL,
	CONSTRAINT pk_bundle_part PRIMARY KEY (bundle_id, part_id),
	CONSTRAINT ck_bundle_part_pieces CHECK (pieces > 0),
	CONSTRAINT fk_bundle_part_bundle_id FOREIGN KEY(bundle_id) REFERENCES sku (id),
	CONSTRAINT fk_bundle_part_part_id FOREIGN KEY(part_id) REFERENCES sku (id)
)
 STRICT;

CREATE TABLE identity (
	id INTEGER NOT NULL,
	platform TEXT NOT NULL,
	account TEXT NOT NULL,
	person_id INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	CONSTRAINT pk_identity PRIMARY KEY (id),
	CONSTRAINT uq_identity_platform_account UNIQUE (platform, account),
	CONSTRAINT fk_identity_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
 STRICT;

CREATE TABLE ledger (
	id INTEGER NOT NULL,
	event TEXT NOT NULL,
	kind TEXT NOT NULL,
	sku_id INTEGER NOT NULL,
	warehouse_id INTEGER NOT NULL,
	on_hand INTEGER DEFAULT '0' NOT NULL,
	reserved INTEGER DEFAULT '0' NOT NULL,
	quarantined INTEGER DEFAULT '0' NOT NULL,
	allocation_id INTEGER,
	reason TEXT DEFAULT '' NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	CONSTRAINT pk_ledger PRIMARY KEY (id),
	CONSTRAINT uq_ledger_event UNIQUE (event),
	CONSTRAINT fk_ledger_sku_id FOREIGN KEY(sku_id) REFERENCES sku (id),
	CONSTRAINT fk_ledger_warehouse_id FOREIGN KEY(warehouse_id) REFERENCES warehouse (id)
)
 STRICT;

CREATE INDEX ix_ledger_sku_id_warehouse_id_at ON ledger (sku_id, warehouse_id, at);

CREATE TABLE orders (
	id INTEGER NOT NULL,
	shop_id INTEGER NOT NULL,
	platform_no TEXT NOT NULL,
	digest BLOB NOT NULL,
	mode TEXT NOT NULL,
	platform_status TEXT NOT NULL,
	refund TEXT NOT NULL,
	stock TEXT NOT NULL,
	fulfilment TEXT NOT NULL,
	callback TEXT NOT NULL,
	lineage TEXT NOT NULL,
	placed_at INTEGER NOT NULL,
	paid_at INTEGER,
	modified_at INTEGER,
	shipped_at INTEGER,
	picked_up_at INTEGER,
	delivered_at INTEGER,
	gmv_fen INTEGER NOT NULL,
	refund_fen INTEGER DEFAULT '0' NOT NULL,
	postage_fen INTEGER DEFAULT '0' NOT NULL,
	units INTEGER NOT NULL,
	counted INTEGER NOT NULL,
	buyer_nick TEXT NOT NULL,
	tail TEXT NOT NULL,
	buyer_note TEXT DEFAULT '' NOT NULL,
	seller_note TEXT DEFAULT '' NOT NULL,
	version INTEGER DEFAULT '1' NOT NULL,
	seen_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	CONSTRAINT pk_orders PRIMARY KEY (id),
	CONSTRAINT uq_orders_shop_id_platform_no UNIQUE (shop_id, platform_no),
	CONSTRAINT fk_orders_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
)
 STRICT;

CREATE INDEX ix_orders_buyer_nick ON orders (buyer_nick, id);

CREATE INDEX ix_orders_gmv_fen ON orders (gmv_fen, id);

CREATE INDEX ix_orders_platform_no ON orders (platform_no);

CREATE INDEX ix_orders_shop_id_paid_at ON orders (shop_id, paid_at);

CREATE INDEX ix_orders_tail ON orders (tail);

CREATE INDEX ix_orders_to_print ON orders (paid_at) WHERE mode = 'live' AND stock = 'HELD' AND fulfilment < 'P';

CREATE TABLE page_link (
	id INTEGER NOT NULL,
	token_hash TEXT NOT NULL,
	page TEXT NOT NULL,
	subject TEXT NOT NULL,
	person_id INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	opened_at INTEGER,
	created_at INTEGER NOT NULL,
	CONSTRAINT pk_page_link PRIMARY KEY (id),
	CONSTRAINT uq_page_link_token_hash UNIQUE (token_hash),
	CONSTRAINT fk_page_link_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
 STRICT;

CREATE TABLE quarantine (
	id INTEGER NOT NULL,
	shop_id INTEGER NOT NULL,
	digest BLOB NOT NULL,
	source TEXT NOT NULL,
	row_no INTEGER NOT NULL,
	field TEXT NOT NULL,
	reason_zh TEXT NOT NULL,
	reason_en TEXT NOT NULL,
	raw TEXT NOT NULL,
	platform_no TEXT NOT NULL,
	at INTEGER NOT NULL,
	resolved TEXT,
	CONSTRAINT pk_quarantine PRIMARY KEY (id),
	CONSTRAINT uq_quarantine_shop_id_digest UNIQUE (shop_id, digest),
	CONSTRAINT fk_quarantine_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
)
 STRICT;

CREATE TABLE refund_doc (
	id INTEGER NOT NULL,
	shop_id INTEGER NOT NULL,
	doc_no TEXT NOT NULL,
	digest BLOB NOT NULL,
	at INTEGER NOT NULL,
	amount_fen INTEGER NOT NULL,
	pieces INTEGER NOT NULL,
	buyer_nick TEXT NOT NULL,
	raw TEXT NOT NULL,
	CONSTRAINT pk_refund_doc PRIMARY KEY (id),
	CONSTRAINT uq_refund_doc_shop_id_doc_no UNIQUE (shop_id, doc_no),
	CONSTRAINT fk_refund_doc_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
)
 STRICT;

CREATE INDEX ix_refund_doc_shop_id_at ON refund_doc (shop_id, at);

CREATE TABLE sku_alias (
	id INTEGER NOT NULL,
	shop_id INTEGER NOT NULL,
	outer_key TEXT NOT NULL,
	sku_id INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	CONSTRAINT pk_sku_alias PRIMARY KEY (id),
	CONSTRAINT uq_sku_alias_shop_id_outer_key UNIQUE (shop_id, outer_key),
	CONSTRAINT fk_sku_alias_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id),
	CONSTRAINT fk_sku_alias_sku_id FOREIGN KEY(sku_id) REFERENCES sku (id)
)
 STRICT;

CREATE TABLE stock (
	sku_id INTEGER NOT NULL,
	warehouse_id INTEGER NOT NULL,
	on_hand INTEGER DEFAULT '0' NOT NULL,
	reserved INTEGER DEFAULT '0' NOT NULL,
	quarantined INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT pk_stock PRIMARY KEY (sku_id, warehouse_id),
	CONSTRAINT ck_stock_never_more_than_there_is CHECK (reserved >= 0 AND quarantined >= 0 AND reserved + quarantined <= on_hand),
	CONSTRAINT fk_stock_sku_id FOREIGN KEY(sku_id) REFERENCES sku (id),
	CONSTRAINT fk_stock_warehouse_id FOREIGN KEY(warehouse_id) REFERENCES warehouse (id)
)
 STRICT;

CREATE TABLE subscription (
	id INTEGER NOT NULL,
	chat_id INTEGER NOT NULL,
	topic TEXT NOT NULL,
	filters TEXT DEFAULT '{}' NOT NULL,
	state TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	CONSTRAINT pk_subscription PRIMARY KEY (id),
	CONSTRAINT uq_subscription_chat_id_topic UNIQUE (chat_id, topic),
	CONSTRAINT fk_subscription_chat_id FOREIGN KEY(chat_id) REFERENCES chat (id)
)
 STRICT;

CREATE TABLE write_off (
	id INTEGER NOT NULL,
	shop_id INTEGER NOT NULL,
	doc_no TEXT NOT NULL,
	line_no INTEGER NOT NULL,
	at INTEGER NOT NULL,
	outer_code TEXT NOT NULL,
	pieces INTEGER NOT NULL,
	note TEXT NOT NULL,
	CONSTRAINT pk_write_off PRIMARY KEY (id),
	CONSTRAINT uq_write_off_shop_id_doc_no_line_no UNIQUE (shop_id, doc_no, line_no),
	CONSTRAINT fk_write_off_shop_id FOREIGN KEY(shop_id) REFERENCES shop (id)
)
 STRICT;

CREATE TABLE order_event (
	id INTEGER NOT NULL,
	order_id INTEGER NOT NULL,
	axis TEXT NOT NULL,
	"before" TEXT NOT NULL,
	"after" TEXT NOT NULL,
	at INTEGER NOT NULL,
	seen_at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	CONSTRAINT pk_order_event PRIMARY KEY (id),
	CONSTRAINT fk_order_event_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
)
 STRICT;

CREATE INDEX ix_order_event_order_id ON order_event (order_id);

CREATE INDEX ix_order_event_refunds ON order_event (at) WHERE axis = 'refund' AND after IN ('PARTIAL', 'REFUNDED');

CREATE TABLE order_line (
	id INTEGER NOT NULL,
	order_id INTEGER NOT NULL,
	no INTEGER NOT NULL,
	outer_code TEXT NOT NULL,
	sku_id INTEGER,
	title TEXT NOT NULL,
	pieces INTEGER NOT NULL,
	amount_fen INTEGER NOT NULL,
	closed INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT pk_order_line PRIMARY KEY (id),
	CONSTRAINT uq_order_line_order_id_no UNIQUE (order_id, no),
	CONSTRAINT fk_order_line_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
)
 STRICT;

CREATE INDEX ix_order_line_sku_id ON order_line (sku_id, id);

CREATE INDEX ix_order_line_unmapped ON order_line (outer_code) WHERE sku_id IS NULL;

CREATE TABLE order_raw (
	order_id INTEGER NOT NULL,
	raw TEXT NOT NULL,
	CONSTRAINT pk_order_raw PRIMARY KEY (order_id),
	CONSTRAINT fk_order_raw_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
)
 STRICT;

CREATE TABLE parcel (
	id INTEGER NOT NULL,
	order_id INTEGER NOT NULL,
	courier TEXT NOT NULL,
	waybill TEXT NOT NULL,
	tail TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	CONSTRAINT pk_parcel PRIMARY KEY (id),
	CONSTRAINT uq_parcel_order_id_courier_waybill UNIQUE (order_id, courier, waybill),
	CONSTRAINT fk_parcel_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
)
 STRICT;

CREATE INDEX ix_parcel_tail ON parcel (tail);

CREATE INDEX ix_parcel_waybill ON parcel (waybill);

CREATE TABLE receiver (
	order_id INTEGER NOT NULL,
	name TEXT NOT NULL,
	phone TEXT NOT NULL,
	phone_tail TEXT NOT NULL,
	address TEXT NOT NULL,
	CONSTRAINT pk_receiver PRIMARY KEY (order_id),
	CONSTRAINT fk_receiver_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
)
 STRICT;

CREATE INDEX ix_receiver_phone_tail ON receiver (phone_tail, order_id);

CREATE TABLE allocation (
	id INTEGER NOT NULL,
	order_id INTEGER NOT NULL,
	line_id INTEGER NOT NULL,
	sku_id INTEGER NOT NULL,
	warehouse_id INTEGER NOT NULL,
	wanted INTEGER NOT NULL,
	reserved INTEGER DEFAULT '0' NOT NULL,
	short INTEGER DEFAULT '0' NOT NULL,
	released INTEGER DEFAULT '0' NOT NULL,
	consumed INTEGER DEFAULT '0' NOT NULL,
	paid_at INTEGER NOT NULL,
	version INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT pk_allocation PRIMARY KEY (id),
	CONSTRAINT uq_allocation_line_id_sku_id_warehouse_id UNIQUE (line_id, sku_id, warehouse_id),
	CONSTRAINT ck_allocation_adds_up CHECK (wanted = reserved + short + released + consumed AND reserved >= 0 AND short >= 0 AND released >= 0 AND consumed >= 0),
	CONSTRAINT fk_allocation_order_id FOREIGN KEY(order_id) REFERENCES orders (id),
	CONSTRAINT fk_allocation_line_id FOREIGN KEY(line_id) REFERENCES order_line (id),
	CONSTRAINT fk_allocation_sku_id FOREIGN KEY(sku_id) REFERENCES sku (id),
	CONSTRAINT fk_allocation_warehouse_id FOREIGN KEY(warehouse_id) REFERENCES warehouse (id)
)
 STRICT;

CREATE INDEX ix_allocation_held ON allocation (sku_id, warehouse_id) WHERE reserved > 0;

CREATE INDEX ix_allocation_order_id ON allocation (order_id);

CREATE INDEX ix_allocation_queue ON allocation (sku_id, warehouse_id, paid_at, id) WHERE short > 0;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TRIGGER seal_no_update BEFORE UPDATE ON seal
BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END;

CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal
BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END;

CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END;

CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END;

