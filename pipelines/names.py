"""What is known of names: Vietnamese family and given names, places, papers and agencies, titles and offices.

Data only. A change here changes what bylines give, so it needs a new `pipelines.cleaner.RULES`.
Family names: the list of the Vietnamese General Statistics Office's name survey (Lê Trung Hoa, *Họ và tên người
Việt Nam*), with those of the northern and highland peoples. Papers: the sites of the declared families.
"""


def _of(listed: str) -> frozenset[str]:
    return frozenset(name.strip() for name in listed.split("|"))


FAMILY = frozenset(
    """nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý lí đinh đoàn lâm trịnh mai đào cao tô hà
    tạ thái lưu phùng chu châu quách tăng triệu vương từ tống tôn lương thân doãn đàm la kiều khương nghiêm văn quan
    mạc ninh vi viên ông thạch sơn kim lại lò lường quàng tòng cà mùa giàng sùng thào vàng vừ hạng lầu chảo phàn tẩn
    lù hờ má ly cứ sình tráng thèn hoa giang âu ấu bạch bành biện bồ cái cam cấn cát chử cung cù danh diệp đồng đậu đái
    điền đới đường giáp hàn hàng hầu hứa hùng khổng khuất khúc kha khiếu lã lạc lều lộ lục lữ luyện mẫn mã mạch mông
    nông ngụy ngọ nhan nhâm nhữ ông phí phó phương quản sái sầm tiêu tiết thiều thang thi thiệu trà trang trình trương
    trưng tưởng ung uông vòng xa xung yên ôn y k siu rơ ksor h' kpă nay rahlan điểu đinh bế ma chẩu hoàng bàn đèo khoàng
    mào pờ chang lỳ bạc phìn bùi quàng cầm tao""".split()
)

GIVEN = frozenset(
    """a ái an anh ánh ân âu bá bách bạch bàng bằng bảo băng bắc bích bình bông bửu ca cẩm cam can cảnh cát cầm cận cẩn
    chánh chấn chất châu chi chí chiến chiêu chinh chính chung chuyên chúc chương cúc cung cường cự cương cử dân danh
    dạ dao di diễm diên diễn diện diệp diệu dinh doanh doãn du dung dũng duy duyên dư dương dưỡng đại đạo đan đăng đạt
    đắc đệ điền điệp định đình đoan đoàn độ đông đồng đôn đức được gấm gia giang giao giáp hà hạ hải hán hàn hạnh hào
    hảo hân hằng hậu hiên hiền hiến hiển hiếu hiệp hiệu hinh hoa hòa hoà hoài hoan hoàn hoàng hoạt hoạch học hội hồng
    hợp huân huấn huế huệ huỳnh hùng huy huyền huyên hưng hương hường hướng hưởng hữu hy hỷ kha khả khai khải khang
    khánh khanh khoa khoan khôi khôn khởi khuê khương khuyên kiên kiều kiểu kiệt kim kỳ ký lạc lai lam lan lãm lành lanh
    lâm lân lập lê lệ liêm liên liễu liệu linh lĩnh loan long lộc lợi luân luận lụa lục lương lượng lưu ly lý mai mạnh
    mão mẫn mây mến mi miên minh mơ mùi mừng muội mỹ mị my na nam năm nga ngà ngạn ngân nghi nghĩa nghiêm nghiệp nghị
    ngoan ngọc ngọ ngôn nguyên nguyễn nguyện nguyệt nhã nhàn nhan nhân nhẫn nhật nhi nhị nhiên nhung như nhượng nhựt nở
    nữ nương oanh phác phan pháp phát phấn phi phiên phong phòng phú phúc phùng phụng phước phương phượng quân quang
    quản quảng quế quốc quý quyên quyền quyết quyến quỳnh quỳ sa san sang sao sáng sâm sen sinh song sông sơn sử sự sương
    tài tám tam tân tấn tâm tất tây thạch thái thắm tham thành thanh thao thảo thạo thạnh thăng thắng thân thêm thi thị
    thiên thiện thiêm thiệp thiều thịnh thọ thoa thoan thoại thoại thông thơ thơm thu thuần thuấn thuận thục thụ thủy
    thuỷ thúy thuý thụy thùy thuỳ thư thức thực thương thường thưởng thy tiên tiến tiềm tiệp tin tính tình tĩnh tín toại
    toán toàn toản tới tôn tố tổng trà trai trang tráng trâm trân trầm tri trí triết triều triển triệu trinh trình trọng
    trúc trung truyền trực trường trưởng tú tuân tuấn tuất tuệ tùng tuyên tuyến tuyền tuyển tuyết tuyết tư tứ từ tường
    tươi tưởng tý tỵ uy uyên uyển út vạn văn vân vàng vi vĩ vị vịnh viên viễn việt vinh vĩnh vong vọng vui vũ vương
    vượng vy vỹ xoan xuân xuyên xuyến xứng ý yên yến""".split()
)

PLACES = _of(
    """hà nội | hà giang | hà nam | hà tĩnh | hà tây | hải phòng | hải dương | hải nam | điện biên | điện biên phủ |
    điện biên đông | đà nẵng | đà lạt | cao bằng | lai châu | sơn la | lào cai | yên bái | lạng sơn | thái nguyên |
    thái bình | thái lan | bắc kạn | bắc giang | bắc ninh | tuyên quang | phú thọ | vĩnh phúc | vĩnh long |
    hòa bình | hoà bình | hưng yên | nam định | ninh bình | thanh hóa | thanh hoá | nghệ an | quảng bình |
    quảng trị | quảng nam | quảng ngãi | quảng ninh | quảng châu | quảng tây | huế | bình định | bình thuận |
    bình dương | bình phước | phú yên | khánh hòa | khánh hoà | ninh thuận | kon tum | gia lai | đắk lắk |
    đắk nông | lâm đồng | tây ninh | đồng nai | long an | tiền giang | bến tre | trà vinh | đồng tháp | an giang |
    kiên giang | cần thơ | hậu giang | sóc trăng | bạc liêu | cà mau | hồ chí minh | sài gòn | nha trang |
    vũng tàu | hội an | hạ long | quy nhơn | buôn ma thuột | tây nguyên | tây bắc | đông bắc | mường nhé |
    mường chà | mường lay | mường ảng | nậm pồ | tủa chùa | tuần giáo | mường thanh | việt nam | trung quốc |
    hàn quốc | triều tiên | nhật bản | ấn độ | hoa kỳ | đài loan | hồng kông | hong kong | bắc kinh | thượng hải |
    đông nam á | đông á | nam á | tây á | trung á | châu á | châu âu | châu phi | châu mỹ | trung đông |
    trung đông á | biển đông | hoàng sa | trường sa | phú quốc | côn đảo | lý sơn | bắc âu | nam mỹ | tây âu |
    đông âu | bắc mỹ | liên xô | thụy sĩ | thụy điển | hà lan | ba lan | bồ đào nha | tây ban nha | phần lan |
    đan mạch | na uy | thổ nhĩ kỳ | bác hồ | hồ gươm | hồ tây | hồ hoàn kiếm | hoàn kiếm | ba đình | cầu giấy |
    long biên | tây hồ | hai bà trưng | thanh xuân | hoàng mai | gia lâm | sa pa | yên tử | phong nha | mai châu |
    mộc châu | nam bộ | bắc bộ | trung bộ | cửu long | đông hà | đồng hới | vinh | thủ đức | thái bình dương |
    ấn độ dương | đại tây dương | bình minh | tết nguyên đán | nguyên đán | quốc khánh | tân sơn nhất | nội bài |
    vân đồn | móng cái | lũng cú | bạch long vĩ"""
)
"""Places and fixed names whose syllables are also personal names; none of them signs an article."""

OUTLETS = _of(
    """ttxvn | tttxvn | vna | vov | vov.vn | vtv | vtv24 | vtc | vtc news | vgp | tgvn | tg | tctg | đbp | bbc | cnn |
    afp | ap | upi | reuters | bloomberg | tass | sputnik | ria novosti | xinhua | tân hoa xã | thx |
    nhân dân nhật báo | global times | kyodo | nhk | nikkei | nikkei asia | yonhap | kbs | cna | cnbc | dpa | efe |
    ansa | guardian | the guardian | new york times | the new york times | washington post | financial times | ft |
    wsj | forbes | fortune | time | newsweek | politico | axios | al jazeera | rt | scmp |
    south china morning post | straits times | the straits times | bangkok post | business insider | daily mail |
    marca | goal | espn | insider | techcrunch | the verge | cnet | engadget | gizmochina | gsmarena |
    thông tấn xã việt nam | vietnam+ | vietnamplus | báo tin tức | tin tức | bnews | nhân dân | nhân dân điện tử |
    quân đội nhân dân | qđnd | qđnd online | công an nhân dân | cand | lao động | người lao động | nlđ | nlđo |
    tuổi trẻ | tuổi trẻ online | tto | tuổi trẻ cười | thanh niên | thanh niên online | tno | tiền phong |
    sài gòn giải phóng | sggp | hà nội mới | hànộimới | đại đoàn kết | pháp luật | pháp luật tp.hcm |
    pháp luật tp hcm | plo | pháp luật việt nam | dân trí | vietnamnet | vnexpress | vne | zing | zing news |
    zingnews | znews | infonet | ictnews | 2sao | soha | kenh14 | cafef | cafebiz | genk | gamek | afamily |
    saostar | eva | 24h | ngôi sao | dân việt | nông thôn ngày nay | nông nghiệp việt nam | công thương | công lý |
    đầu tư | báo đầu tư | đấu thầu | đời sống và pháp luật | đời sống & pháp luật | sức khỏe và đời sống |
    sức khỏe & đời sống | sức khoẻ & đời sống | khoa học và đời sống | khoa học & đời sống | giáo dục và thời đại |
    giáo dục & thời đại | giáo dục việt nam | thế giới & việt nam | thế giới và việt nam | kinh tế & đô thị |
    kinh tế và đô thị | kinh tế đô thị | thời báo tài chính | thời báo ngân hàng | thời báo kinh tế sài gòn |
    vneconomy | nhịp sống thị trường | nhịp sống kinh tế | nhịp sống việt | trí thức trẻ | tri thức trực tuyến |
    tổ quốc | toquoc | thể thao & văn hóa | thể thao và văn hóa | thể thao văn hóa | tài chính plus |
    diễn đàn doanh nghiệp | doanh nghiệp và tiếp thị | doanh nghiệp & tiếp thị | đất việt | người đưa tin |
    vietnam finance | vietnambiz | tạp chí cộng sản | tạp chí tuyên giáo | tuyên giáo | xây dựng đảng |
    quốc phòng toàn dân | đảng cộng sản | đcsvn | đảng cộng sản việt nam | báo đảng cộng sản việt nam | chính phủ |
    báo chính phủ | chinhphu | phụ nữ | phụ nữ việt nam | gia đình | gia đình & xã hội | hoa học trò |
    thiếu niên tiền phong | đại biểu nhân dân | kiểm toán | hải quan | xây dựng | giao thông | an ninh thủ đô |
    an ninh thế giới | biên phòng | quốc tế | baoquocte | điện biên phủ | đbp tv | vtv.vn | vgp news | internet |
    facebook | youtube | twitter | tổng hợp | vccorp | baotuoitre | baomoi | báo mới | dân sinh"""
)
"""Papers, agencies and sites as bylines print them, in lower case."""

ORGANISATION = _of(
    """báo | tạp chí | đài | trang | kênh | cổng | nhà xuất bản | nxb | bộ | sở | cục | tổng cục | vụ | ban | viện |
    học viện | trường | đại học | trung tâm | hội | hiệp hội | liên minh | ủy ban | uỷ ban | ubnd | công ty |
    tập đoàn | ngân hàng | bệnh viện | thông tấn xã | tòa soạn | toà soạn | văn phòng | đoàn | tổ chức | quỹ |
    nhóm | liên đoàn | chi cục | phòng | khoa | bảo tàng | đại sứ quán | tổng lãnh sự quán | tổ"""
)
"""Words that open the name of a body, not of a person (when what follows does not make it one)."""

STAFF = _of(
    """pv | p.v | p.v. | pvtt | btv | ctv | bbt | bts | nhóm pv | nhóm p.v | nhóm phóng viên | nhóm tác giả |
    nhóm btv | phóng viên | biên tập viên | cộng tác viên | ban biên tập | tòa soạn | toà soạn | bạn đọc | admin |
    administrator | editor | quản trị | tác giả | theo | nhiều tác giả | và cộng sự | cộng sự | tác giả khác |
    và các tác giả khác | ban thời sự | nhóm thực hiện | pv thường trú | news | online | staff"""
)
"""Words that stand where a name would stand and name nobody."""

TITLES = _of(
    """gs.ts | gs. ts | gs, ts | gs ts | pgs.ts | pgs. ts | pgs, ts | pgs ts | gs | pgs | tskh | ts | ths | thạc sĩ |
    thạc sỹ | tiến sĩ | tiến sỹ | giáo sư | phó giáo sư | bscki | bsckii | bscki i | bsck2 | bs | bác sĩ | bác sỹ |
    dược sĩ | ds | ls | luật sư | kts | kiến trúc sư | ks | kỹ sư | cn | cử nhân | nhà báo | nhà văn | nhà thơ |
    nhà nghiên cứu | nhà giáo | nhạc sĩ | nsnd | nsưt | ngnd | ngưt | ttnd | ttưt | nghệ sĩ | họa sĩ | ông | bà |
    anh | chị | đồng chí | đ/c | đại tướng | thượng tướng | trung tướng | thiếu tướng | đại tá | thượng tá |
    trung tá | thiếu tá | đại úy | đại uý | thượng úy | trung úy | thiếu úy | chuẩn đô đốc | đại sứ | pv | p.v |
    phóng viên | btv | biên tập viên | ctv | cộng tác viên | nhóm pv | nhóm phóng viên | by | bởi"""
)
"""What is printed before a name and is no part of it."""

ROLES = _of(
    """tổng hợp | lược dịch | biên dịch | lược ghi | ghi chép | ghi | dịch | biên soạn | thực hiện | t/h | th |
    tường thuật | đưa tin | sưu tầm | trình bày | theo dõi | phỏng vấn | ghi nhận | ảnh | video | clip | đồ họa |
    đồ hoạ | thiết kế | tin | bài"""
)
"""What a person did, printed after the name or before a colon."""

LABELS = _of(
    """tin | bài | bài viết | ảnh | hình ảnh | hình | video | clip | đồ họa | đồ hoạ | infographic | infographics |
    thiết kế | trình bày | kỹ thuật | nội dung | thực hiện | tác giả | tổng hợp | biên dịch | lược dịch | dịch |
    biên soạn | ghi | biên tập | phóng viên | pv | text | photo | photos | người thực hiện | nhóm thực hiện |
    nhóm pv | by"""
)
"""What stands before the colon of a byline."""

PICTURE = _of(
    """ảnh | hình ảnh | hình | video | clip | đồ họa | đồ hoạ | infographic | infographics | thiết kế | trình bày |
    photo | photos"""
)
"""Labels of those who made the pictures, not the text."""

OFFICES = _of(
    """nguyên | phó | bí thư | phó bí thư | ủy viên | uỷ viên | trưởng | phó trưởng | tổng bí thư | thường trực |
    chủ tịch | phó chủ tịch | thủ tướng | phó thủ tướng | bộ trưởng | thứ trưởng | giám đốc | phó giám đốc |
    tổng giám đốc | phó tổng giám đốc | viện trưởng | phó viện trưởng | vụ trưởng | phó vụ trưởng | cục trưởng |
    phó cục trưởng | tổng cục trưởng | chánh | phó chánh | tổng biên tập | phó tổng biên tập | tổng thư ký |
    hiệu trưởng | phó hiệu trưởng | hiệu phó | giảng viên | nghiên cứu viên | chuyên gia | chuyên viên | đại biểu |
    đại sứ | tham tán | tổng lãnh sự | tư lệnh | phó tư lệnh | chính ủy | chính uỷ | phó chính ủy |
    tham mưu trưởng | cán bộ | thành viên | hội viên | đảng viên | học viên | nghiên cứu sinh | sinh viên | trợ lý |
    thư ký | người phát ngôn | kiêm | đồng chủ tịch | trưởng ban | trưởng khoa | trưởng phòng | trưởng đoàn |
    đảng ủy viên | tỉnh ủy viên | thành ủy viên | huyện ủy viên | tổng thanh tra"""
)
"""What opens a line that names somebody's office."""
