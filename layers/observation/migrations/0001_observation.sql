-- What was found at a place: its families and kinds, which are data, the observations, and their photos.
-- Runs: once.  CRS: 4490 stored, 3857 for tiles; positions in photos as plain degrees, as they came.

-- Titles stand in lists such as 'litter=暴露垃圾|Litter; …', so that they hold none of the signs that part these.
CREATE TABLE city.observation_family (
    code      text PRIMARY KEY CONSTRAINT observation_family_code_form CHECK (code ~ '^[a-z][a-z0-9_]{0,49}$'),
    zh        text NOT NULL UNIQUE CONSTRAINT observation_family_zh_form CHECK (zh ~ '^[^=|;]{1,50}$')
        CONSTRAINT observation_family_zh_shareable CHECK (zh !~ '重点人群|信访|禁毒|涉毒|吸毒|传销'),
    en        text NOT NULL UNIQUE CONSTRAINT observation_family_en_form CHECK (en ~ '^[^=|;]{1,50}$'),
    rank      integer NOT NULL DEFAULT 1000,
    due_hours integer CONSTRAINT observation_family_due_positive CHECK (due_hours > 0)
);
COMMENT ON TABLE city.observation_family IS '发现大类,可增补|Families of observations, to be extended';
COMMENT ON COLUMN city.observation_family.code IS '编码|Code';
COMMENT ON COLUMN city.observation_family.zh IS '中文名称|Title in Chinese';
COMMENT ON COLUMN city.observation_family.en IS '英文名称|Title in English';
COMMENT ON COLUMN city.observation_family.rank IS '排列次序|Where it stands in lists';
COMMENT ON COLUMN city.observation_family.due_hours IS '交办后几小时内办结,空为逐件指定|Hours to settle once handed over; empty: said each time';
COMMENT ON CONSTRAINT observation_family_zh_shareable ON city.observation_family IS
    '重点人群、信访、禁毒等涉及个人的事项不上共用地图|What concerns persons never stands on a shared map';

CREATE TABLE city.observation_kind (
    code      text PRIMARY KEY CONSTRAINT observation_kind_code_form CHECK (code ~ '^[a-z][a-z0-9_]{0,49}$'),
    family    text NOT NULL REFERENCES city.observation_family,
    zh        text NOT NULL UNIQUE CONSTRAINT observation_kind_zh_form CHECK (zh ~ '^[^=|;]{1,50}$')
        CONSTRAINT observation_kind_zh_shareable CHECK (zh !~ '重点人群|信访|禁毒|涉毒|吸毒|传销'),
    en        text NOT NULL UNIQUE CONSTRAINT observation_kind_en_form CHECK (en ~ '^[^=|;]{1,50}$'),
    rank      integer NOT NULL DEFAULT 1000,
    due_hours integer CONSTRAINT observation_kind_due_positive CHECK (due_hours > 0),
    CONSTRAINT observation_kind_of_family UNIQUE (code, family)
);
CREATE INDEX observation_kind_family ON city.observation_kind (family);
COMMENT ON TABLE city.observation_kind IS '发现小类,可增补|Kinds of observations, to be extended';
COMMENT ON COLUMN city.observation_kind.code IS '编码|Code';
COMMENT ON COLUMN city.observation_kind.family IS '所属大类|Family it belongs to';
COMMENT ON COLUMN city.observation_kind.zh IS '中文名称|Title in Chinese';
COMMENT ON COLUMN city.observation_kind.en IS '英文名称|Title in English';
COMMENT ON COLUMN city.observation_kind.rank IS '排列次序|Where it stands in lists';
COMMENT ON COLUMN city.observation_kind.due_hours IS '交办后几小时内办结,空为按大类|Hours to settle once handed over; empty: as the family says';
COMMENT ON CONSTRAINT observation_kind_zh_shareable ON city.observation_kind IS
    '重点人群、信访、禁毒等涉及个人的事项不上共用地图|What concerns persons never stands on a shared map';

-- The families that the work report of 2024 names. It gives no hours: those are the office's to fill in.
INSERT INTO city.observation_family (code, zh, en, rank) VALUES
    ('order', '治安', 'Public order', 10),
    ('fire', '火灾', 'Fire', 20),
    ('environment', '环境', 'Environment', 30),
    ('ponding', '渍水', 'Standing water', 40),
    ('water_quality', '水质', 'Water quality', 50),
    ('bank_slope', '岸坡', 'Bank', 60),
    ('farmland', '占耕', 'Farmland occupied', 70),
    ('building', '违建', 'Illegal building', 80),
    ('vending', '占道', 'Street occupied', 90),
    ('house', '房屋', 'Housing hazard', 100),
    ('railway', '铁路沿线', 'Railway side', 110),
    ('forest', '林地', 'Forest', 120),
    ('facility', '公共设施', 'Public facility', 130),
    ('other', '其他', 'Other', 999);
INSERT INTO city.observation_kind (family, code, zh, en, rank) VALUES
    ('order', 'access_broken', '门禁技防损坏', 'Access control broken', 11),
    ('order', 'lighting_out', '路灯不亮', 'Street light out', 12),
    ('fire', 'fire_lane_blocked', '消防通道堵占', 'Fire lane blocked', 21),
    ('fire', 'ebike_indoors', '电动车进楼栋', 'E-bike in building', 22),
    ('fire', 'detector_missing', '烟感缺失', 'Smoke detector missing', 23),
    ('fire', 'open_burning', '露天焚烧', 'Open burning', 24),
    ('environment', 'litter', '暴露垃圾', 'Litter', 31),
    ('environment', 'road_dirty', '路面不洁', 'Dirty road', 32),
    ('environment', 'waste_unsorted', '垃圾分类不到位', 'Waste not sorted', 33),
    ('ponding', 'road_ponding', '路面渍水', 'Water on the road', 41),
    ('ponding', 'inlet_blocked', '雨水口堵塞', 'Inlet blocked', 42),
    ('water_quality', 'sewage_outflow', '污水入河湖', 'Sewage outflow', 51),
    ('water_quality', 'water_discoloured', '水体异色异味', 'Water discoloured', 52),
    ('water_quality', 'algae', '水华', 'Algal bloom', 53),
    ('water_quality', 'floating_waste', '水面漂浮物', 'Floating waste', 54),
    ('bank_slope', 'bank_litter', '岸坡垃圾', 'Litter on the bank', 61),
    ('bank_slope', 'bank_slump', '岸坡坍塌', 'Bank slump', 62),
    ('bank_slope', 'bank_occupied', '侵占岸线', 'Bank occupied', 63),
    ('bank_slope', 'stake_lost', '界桩缺损', 'Boundary stake lost', 64),
    ('farmland', 'muck_dumped', '渣土占耕', 'Muck on farmland', 71),
    ('farmland', 'farmland_piled', '耕地堆物', 'Things piled on farmland', 72),
    ('farmland', 'farmland_idle', '耕地撂荒', 'Farmland left idle', 73),
    ('building', 'illegal_building', '新增违法建设', 'New illegal building', 81),
    ('vending', 'street_vending', '占道经营', 'Street vending', 91),
    ('house', 'house_unsafe', '遗留房屋隐患', 'Leftover house unsafe', 101),
    ('house', 'facade_loose', '外墙开裂脱落', 'Facade loose', 102),
    ('house', 'house_leak', '房屋渗漏', 'House leaks', 103),
    ('railway', 'rail_fence_broken', '铁路护网破损', 'Railway fence broken', 111),
    ('railway', 'rail_piled', '铁路沿线堆物', 'Things piled by the railway', 112),
    ('forest', 'forest_damaged', '毁林占林', 'Forest damaged', 121),
    ('facility', 'manhole', '井盖缺损', 'Manhole cover broken', 131),
    ('facility', 'road_broken', '路面破损', 'Road surface broken', 132);

CREATE TABLE city.observation (
    id          bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    code        text NOT NULL CONSTRAINT observation_code_present CHECK (code <> ''),
    name        text,
    family      text NOT NULL REFERENCES city.observation_family,
    kind        text,
    grade       text NOT NULL DEFAULT 'general' CONSTRAINT observation_grade_known
        CHECK (grade IN ('general', 'major', 'urgent')),
    source      text NOT NULL CONSTRAINT observation_source_known
        CHECK (source IN ('patrol', 'hotline', 'drone', 'camera', 'inspection')),
    found_at    timestamptz NOT NULL CONSTRAINT observation_found_range CHECK (found_at >= '2000-01-01 00:00+00'),
    place       text,
    note        text,
    reporter    text,
    patrol_code text,
    state       text NOT NULL DEFAULT 'open' CONSTRAINT observation_state_known
        CHECK (state IN ('open', 'handed', 'settled')),
    post_code   text,
    due_at      timestamptz,
    settled_at  timestamptz,
    settled_by  text,
    provenance  text NOT NULL DEFAULT 'import'
        CONSTRAINT observation_provenance_known CHECK (provenance IN ('report', 'public', 'synthetic', 'import')),
    edition_id  bigint REFERENCES city.edition,
    valid_from  date NOT NULL DEFAULT current_date,
    valid_to    date,
    known_from  timestamptz NOT NULL,
    known_to    timestamptz,
    made_by     text NOT NULL,
    geom        geometry(Point, 4490) NOT NULL
        CONSTRAINT observation_geom_inside CHECK (city.inside_bounds(geom))
        CONSTRAINT observation_geom_present CHECK (NOT ST_IsEmpty(geom))
        CONSTRAINT observation_geom_valid CHECK (ST_IsValid(geom)),
    geom_3857   geometry(Point, 3857) GENERATED ALWAYS AS (city.mercator(geom)) STORED,
    CONSTRAINT observation_kind_fkey FOREIGN KEY (kind, family) REFERENCES city.observation_kind (code, family),
    CONSTRAINT observation_handed_present
        CHECK (state <> 'handed' OR (COALESCE(post_code, '') <> '' AND due_at IS NOT NULL)),
    CONSTRAINT observation_settled_present
        CHECK (state <> 'settled' OR (COALESCE(settled_by, '') <> '' AND settled_at IS NOT NULL)),
    CONSTRAINT observation_settled_only CHECK (state = 'settled' OR (settled_at IS NULL AND settled_by IS NULL)),
    CONSTRAINT observation_due_only CHECK (state <> 'open' OR due_at IS NULL),
    CONSTRAINT observation_settled_order CHECK (settled_at >= found_at),
    CONSTRAINT observation_due_order CHECK (due_at >= found_at)
);
CREATE INDEX observation_code ON city.observation (code);
CREATE INDEX observation_newest ON city.observation (found_at DESC, id DESC);
CREATE INDEX observation_patrol ON city.observation (patrol_code) WHERE patrol_code IS NOT NULL;
CREATE INDEX observation_post ON city.observation (post_code) WHERE post_code IS NOT NULL;
CREATE INDEX observation_edition ON city.observation (edition_id);
CREATE INDEX observation_geom ON city.observation USING gist (geom);
CREATE INDEX observation_geom_3857 ON city.observation USING gist (geom_3857);
COMMENT ON TABLE city.observation IS '发现|Observations';
COMMENT ON COLUMN city.observation.family IS '大类|Family';
COMMENT ON COLUMN city.observation.kind IS '小类|Kind';
COMMENT ON COLUMN city.observation.grade IS '等级|Grade';
COMMENT ON COLUMN city.observation.source IS '来源|Source';
COMMENT ON COLUMN city.observation.found_at IS '发现时间|When it was found';
COMMENT ON COLUMN city.observation.place IS '地点说明|Where, in words';
COMMENT ON COLUMN city.observation.note IS '情况说明|Note';
COMMENT ON COLUMN city.observation.reporter IS '发现人|Who found it';
COMMENT ON COLUMN city.observation.patrol_code IS '巡查编码,来自巡查时|Code of the patrol it came from';
COMMENT ON COLUMN city.observation.state IS '状态|State';
COMMENT ON COLUMN city.observation.post_code IS '交办岗位编码|Code of the post it was handed to';
COMMENT ON COLUMN city.observation.due_at IS '办结期限|When it is due';
COMMENT ON COLUMN city.observation.settled_at IS '办结时间|When it was settled';
COMMENT ON COLUMN city.observation.settled_by IS '办结人|Who settled it';
COMMENT ON CONSTRAINT observation_grade_known ON city.observation IS 'general=一般|General; major=较重|Major; urgent=紧急|Urgent';
COMMENT ON CONSTRAINT observation_source_known ON city.observation IS
    'patrol=巡查|Patrol; hotline=热线|Hotline; drone=无人机|Drone; camera=探头|Camera; inspection=检查|Inspection';
COMMENT ON CONSTRAINT observation_state_known ON city.observation IS 'open=待处理|Open; handed=已交办|Handed over; settled=已办结|Settled';
COMMENT ON CONSTRAINT observation_handed_present ON city.observation IS
    '已交办须有交办岗位与办结期限|What is handed over names a post and when it is due';
COMMENT ON CONSTRAINT observation_settled_present ON city.observation IS
    '已办结须有办结人与办结时间|What is settled says by whom and when';
COMMENT ON CONSTRAINT observation_settled_only ON city.observation IS
    '未办结的没有办结人与办结时间|Only what is settled says by whom and when';
COMMENT ON CONSTRAINT observation_due_only ON city.observation IS
    '待处理的没有办结期限:请把状态改为已交办|What is open has no due time: it is to be handed over';
COMMENT ON CONSTRAINT observation_settled_order ON city.observation IS '办结不早于发现|Settled no earlier than found';
COMMENT ON CONSTRAINT observation_due_order ON city.observation IS '期限不早于发现|Due no earlier than found';

CALL city.keep_history('city.observation');

-- What phones sent, by the key that each gave it: sent again, it is known.
CREATE TABLE city.observation_key (
    key            text PRIMARY KEY CONSTRAINT observation_key_present CHECK (key <> ''),
    sha256         text NOT NULL CONSTRAINT observation_key_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    observation_id bigint REFERENCES city.observation ON DELETE CASCADE,
    made_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX observation_key_observation ON city.observation_key (observation_id);
COMMENT ON TABLE city.observation_key IS '上报凭据:重复上报据此识别|Keys that observations were handed in under, by which one sent again is known';
COMMENT ON COLUMN city.observation_key.key IS '上报端给出的唯一标识|Key that the sender gave it';
COMMENT ON COLUMN city.observation_key.sha256 IS '上报内容的 SHA-256|SHA-256 of what was sent';
COMMENT ON COLUMN city.observation_key.observation_id IS '发现的要素编号|Number of the observation';
COMMENT ON COLUMN city.observation_key.made_at IS '收到时间|When it came in';

CREATE TABLE city.photo (
    sha256     text PRIMARY KEY CONSTRAINT photo_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes integer NOT NULL CONSTRAINT photo_size_positive CHECK (size_bytes > 0),
    media_type text NOT NULL CONSTRAINT photo_type_known CHECK (media_type IN ('jpeg', 'png', 'webp')),
    width      integer NOT NULL CONSTRAINT photo_width_positive CHECK (width > 0),
    height     integer NOT NULL CONSTRAINT photo_height_positive CHECK (height > 0),
    taken_at   timestamptz,
    lon        double precision CONSTRAINT photo_lon_range CHECK (lon BETWEEN -180 AND 180),
    lat        double precision CONSTRAINT photo_lat_range CHECK (lat BETWEEN -90 AND 90),
    made_by    text NOT NULL DEFAULT city.person(),
    made_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT photo_place_match CHECK ((lon IS NULL) = (lat IS NULL))
);
COMMENT ON TABLE city.photo IS '照片,文件按内容摘要存放|Photos; their files are stored by digest';
COMMENT ON COLUMN city.photo.sha256 IS '文件的 SHA-256|SHA-256 of the file';
COMMENT ON COLUMN city.photo.size_bytes IS '字节数|Size in bytes';
COMMENT ON COLUMN city.photo.media_type IS '格式|Format';
COMMENT ON COLUMN city.photo.width IS '宽(像素),按拍摄方向|Width in pixels, held upright';
COMMENT ON COLUMN city.photo.height IS '高(像素),按拍摄方向|Height in pixels, held upright';
COMMENT ON COLUMN city.photo.taken_at IS '照片自带的拍摄时间|When it was taken, as it says';
COMMENT ON COLUMN city.photo.lon IS '照片自带的经度,原样|Longitude as it says';
COMMENT ON COLUMN city.photo.lat IS '照片自带的纬度,原样|Latitude as it says';
COMMENT ON COLUMN city.photo.made_by IS '上传人|Who sent it';
COMMENT ON COLUMN city.photo.made_at IS '上传时间|When it was sent';
COMMENT ON CONSTRAINT photo_type_known ON city.photo IS 'jpeg=JPEG 照片|JPEG; png=PNG 图片|PNG; webp=WebP 图片|WebP';

CREATE TABLE city.observation_photo (
    observation_id bigint NOT NULL REFERENCES city.observation ON DELETE CASCADE,
    sha256         text NOT NULL REFERENCES city.photo,
    shows          text NOT NULL CONSTRAINT observation_photo_shows_known CHECK (shows IN ('found', 'settled')),
    made_by        text NOT NULL DEFAULT city.person(),
    made_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (observation_id, sha256)
);
CREATE INDEX observation_photo_sha256 ON city.observation_photo (sha256);
COMMENT ON TABLE city.observation_photo IS '发现的照片|Photos of observations';
COMMENT ON COLUMN city.observation_photo.observation_id IS '发现的要素编号|Number of the observation';
COMMENT ON COLUMN city.observation_photo.sha256 IS '照片的 SHA-256|SHA-256 of the photo';
COMMENT ON COLUMN city.observation_photo.shows IS '拍的是|What it shows';
COMMENT ON COLUMN city.observation_photo.made_by IS '上传人|Who attached it';
COMMENT ON COLUMN city.observation_photo.made_at IS '上传时间|When it was attached';
COMMENT ON CONSTRAINT observation_photo_shows_known ON city.observation_photo IS 'found=发现时|As found; settled=办结后|Once settled';
